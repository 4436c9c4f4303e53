// A modality that another maker wrote (dcmjs-dimse): echo, worklist, performed step, store, query, retrieval and storage
// commitment against a running server. usage: dimse_client.mjs PORT FILE ACCESSION. Prints one JSON object of what it saw.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tools/clients/package.json", import.meta.url));
const dimse = require("dcmjs-dimse");
const { Client, Dataset } = dimse;
const { CEchoRequest, CFindRequest, CGetRequest, CStoreRequest, NActionRequest, NCreateRequest, NSetRequest } = dimse.requests;
const { CStoreResponse, NEventReportResponse } = dimse.responses;
dimse.log.setLevel?.("error");

const [port, file, accession] = process.argv.slice(2);
const kStep = "1.2.840.10008.3.1.2.3.3", kCommitment = "1.2.840.10008.1.20.1";
const seen = {};

// One association with one request; resolves with the statuses and data sets of the responses.
function perform(request, { calling = "FOREIGN", linger = 100, events = {} } = {}) {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const out = { statuses: [], datasets: [] };
    request.on("response", (response) => {
      out.statuses.push(response.getStatus());
      if (response.hasDataset()) out.datasets.push(response.getDataset().getElements());
    });
    for (const [name, handler] of Object.entries(events)) client.on(name, handler);
    client.on("associationRejected", (result) => reject(new Error("rejected " + JSON.stringify(result))));
    client.on("networkError", reject);
    client.on("closed", () => resolve(out));
    client.addRequest(request);
    client.send("127.0.0.1", Number(port), calling, "XINGLIN", { associationLingerTimeout: linger });
  });
}

function withData(request, elements) {
  request.setDataset(new Dataset(elements));
  return request;
}

// This client writes an empty number (PregnancyStatus) as 0, which would be a key that matches.
function worklistRequest() {
  const request = CFindRequest.createWorklistFindRequest({ AccessionNumber: accession });
  const { PregnancyStatus, ...elements } = request.getDataset().getElements();
  request.setDataset(new Dataset(elements));
  return request;
}

seen.echo = (await perform(new CEchoRequest())).statuses;

const worklist = await perform(worklistRequest());
seen.worklist = worklist.datasets;
const item = worklist.datasets[0], step = item.ScheduledProcedureStepSequence[0];

const uid = "2.25.424242";
const begin = {
  PerformedProcedureStepID: "PPS1", PerformedStationAETitle: "FOREIGN", PerformedProcedureStepStartDate: "20261122",
  PerformedProcedureStepStartTime: "083100", PerformedProcedureStepStatus: "IN PROGRESS", Modality: step.Modality,
  ScheduledStepAttributesSequence: [{ StudyInstanceUID: item.StudyInstanceUID, AccessionNumber: accession,
    ScheduledProcedureStepID: step.ScheduledProcedureStepID, RequestedProcedureID: item.RequestedProcedureID }],
};
seen.create = (await perform(withData(new NCreateRequest(kStep, uid), begin))).statuses;
seen.createAgain = (await perform(withData(new NCreateRequest(kStep, uid), begin))).statuses;

const store = new CStoreRequest(file);
seen.store = (await perform(store)).statuses;
const elements = store.getDataset().getElements();
const stored = { ReferencedSOPClassUID: elements.SOPClassUID, ReferencedSOPInstanceUID: elements.SOPInstanceUID };

const end = {
  PerformedProcedureStepStatus: "COMPLETED", PerformedProcedureStepEndDate: "20261122",
  PerformedProcedureStepEndTime: "084500",
  PerformedSeriesSequence: [{ SeriesInstanceUID: elements.SeriesInstanceUID, ReferencedImageSequence: [],
    ReferencedNonImageCompositeSOPInstanceSequence: [stored] }],
};
seen.set = (await perform(withData(new NSetRequest(kStep, uid), end))).statuses;
seen.setAgain = (await perform(withData(new NSetRequest(kStep, uid), end))).statuses;
seen.worklistAfter = (await perform(worklistRequest())).datasets.length;

const find = await perform(CFindRequest.createStudyFindRequest({ StudyInstanceUID: elements.StudyInstanceUID, PatientID: "" }));
seen.find = find.datasets.map((one) => one.StudyInstanceUID);

seen.got = [];
await perform(CGetRequest.createStudyGetRequest(elements.StudyInstanceUID), {
  events: {
    cStoreRequest: (request, answer) => {
      seen.got.push(request.getAffectedSopInstanceUid());
      const response = CStoreResponse.fromRequest(request);
      response.setStatus(0);
      answer(response);
    },
  },
});

seen.events = [];
const action = withData(new NActionRequest(kCommitment, "1.2.840.10008.1.20.1.1", 1), {
  TransactionUID: "2.25.555", ReferencedSOPSequence: [stored, { ...stored, ReferencedSOPInstanceUID: "2.25.404" }],
});
seen.action = (await perform(action, {
  linger: 3000,
  events: {
    nEventReportRequest: (request, answer) => {
      const told = request.getDataset().getElements();
      const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
      seen.events.push({
        transaction: told.TransactionUID, committed: list(told.ReferencedSOPSequence).map((one) => one.ReferencedSOPInstanceUID),
        failed: list(told.FailedSOPSequence).map((one) => [one.ReferencedSOPInstanceUID, one.FailureReason]),
      });
      const response = NEventReportResponse.fromRequest(request);
      response.setStatus(0);
      answer(response);
    },
  },
})).statuses;
seen.instance = elements.SOPInstanceUID;
seen.study = elements.StudyInstanceUID;
console.log(JSON.stringify(seen));
process.exit(0);
