// A modality's word about what it made (dcmjs-dimse): N-CREATE and N-SET of a performed procedure step. usage:
// performed_client.mjs PORT UID STUDY SERIES INSTANCE... ; prints the two statuses, and the state as N-GET
// tells it, as JSON.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tools/clients/package.json", import.meta.url));
const dimse = require("dcmjs-dimse");
const { Client, Dataset } = dimse;
const { NCreateRequest, NGetRequest, NSetRequest } = dimse.requests;
dimse.log.setLevel?.("error");

const [port, uid, study, series, ...instances] = process.argv.slice(2);
const kStep = "1.2.840.10008.3.1.2.3.3", kRetrieve = "1.2.840.10008.3.1.2.3.4", kEcg = "1.2.840.10008.5.1.4.1.1.9.1.1";

function perform(request, elements) {
  if (elements) request.setDataset(new Dataset(elements));
  return new Promise((resolve, reject) => {
    const client = new Client();
    let status = null, told = null;
    request.on("response", (response) => { status = response.getStatus(); told = response.getDataset?.()?.getElements(); });
    client.on("associationRejected", (result) => reject(new Error("rejected " + JSON.stringify(result))));
    client.on("networkError", reject);
    client.on("closed", () => resolve([status, told]));
    client.addRequest(request);
    client.send("127.0.0.1", Number(port), "FOREIGN", "XINGLIN");
  });
}

const begun = await perform(new NCreateRequest(kStep, uid), {
  PerformedProcedureStepID: "PPS2", PerformedStationAETitle: "FOREIGN", PerformedProcedureStepStartDate: "20261122",
  PerformedProcedureStepStartTime: "083100", PerformedProcedureStepStatus: "IN PROGRESS", Modality: "ECG",
  ScheduledStepAttributesSequence: [{ StudyInstanceUID: study }],
});
const ended = await perform(new NSetRequest(kStep, uid), {
  PerformedProcedureStepStatus: "COMPLETED", PerformedProcedureStepEndDate: "20261122",
  PerformedProcedureStepEndTime: "084500",
  PerformedSeriesSequence: [{ SeriesInstanceUID: series, ReferencedImageSequence: [],
    ReferencedNonImageCompositeSOPInstanceSequence:
      instances.map((one) => ({ ReferencedSOPClassUID: kEcg, ReferencedSOPInstanceUID: one })) }],
});
const read = await perform(new NGetRequest(kRetrieve, uid, ["PerformedProcedureStepStatus"]));
console.log(JSON.stringify([begun[0], ended[0], read[0], read[1]?.PerformedProcedureStepStatus]));
process.exit(0);
