// The client library dicomweb-client (the one inside OHIF) against a running server: stores, searches and retrieves, and
// compares what comes back with the files that went in. Run by dicomweb_test.py, which gives it
//   URL SENDER_TOKEN READER_TOKEN FILE...      files of one study, explicit VR little endian
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tools/clients/package.json", import.meta.url));
globalThis.XMLHttpRequest = require("xhr2");
const { DICOMwebClient } = require("dicomweb-client").api;

const [url, senderToken, readerToken, ...files] = process.argv.slice(2);
const clientOf = (token) => new DICOMwebClient({ url, verbose: false, headers: { Authorization: `Bearer ${token}` } });
const sender = clientOf(senderToken);
const reader = clientOf(readerToken);
const bytes = files.map((file) => readFileSync(file));

// What follows the meta information, which the archive writes itself.
const dataSet = (file) => {
  const whole = Buffer.from(file);
  return whole.subarray(144 + whole.readUInt32LE(140));
};
const value = (attributes, tag) => attributes[tag]?.Value?.[0];
const same = (got, wanted, what) => {
  assert.equal(got.length, wanted.length, what);
  const sorted = (list) => list.map((one) => Buffer.from(one).toString("latin1")).sort();
  assert.ok(sorted(got).every((one, i) => one === sorted(wanted)[i]), `${what}: other bytes`);
};

// Store
const answer = JSON.parse(await sender.storeInstances({ datasets: bytes.map((one) => new Uint8Array(one).buffer) }));
assert.equal(answer["00081199"].Value.length, files.length);
assert.equal(answer["00081198"], undefined);
await assert.rejects(reader.storeInstances({ datasets: [new Uint8Array(bytes[0]).buffer] }), { status: 409 });
await assert.rejects(clientOf("nobody").searchForStudies(), { status: 401 });

// Search at every level
const studyInstanceUID = value(answer, "00081190").split("/studies/")[1];
const [study] = await reader.searchForStudies({ queryParams: { StudyInstanceUID: studyInstanceUID, includefield: "all" } });
assert.equal(value(study, "0020000D"), studyInstanceUID);
assert.equal(value(study, "00201208"), files.length);
assert.ok(value(study, "00080061"));
const series = await reader.searchForSeries({ studyInstanceUID });
assert.ok(series.length >= 1);
const seriesInstanceUID = value(series[0], "0020000E");
const instances = await reader.searchForInstances({ studyInstanceUID, seriesInstanceUID });
assert.equal(instances.length, value(series[0], "00201209"));
assert.equal((await reader.searchForInstances({ studyInstanceUID })).length, files.length);
assert.equal((await reader.searchForSeries({ queryParams: { limit: 1 } })).length, 1);
assert.deepEqual(await reader.searchForStudies({ queryParams: { PatientName: "*nobody of this name*" } }), []);

// Metadata
const one = { studyInstanceUID, seriesInstanceUID, sopInstanceUID: value(instances[0], "00080018") };
assert.equal((await reader.retrieveStudyMetadata({ studyInstanceUID })).length, files.length);
assert.equal((await reader.retrieveSeriesMetadata({ studyInstanceUID, seriesInstanceUID })).length, instances.length);
const [metadata] = await reader.retrieveInstanceMetadata(one);
assert.equal(value(metadata, "00080018"), one.sopInstanceUID);

// Objects, in the default syntax (the library cannot ask for another one: it refuses its own media types)
same((await reader.retrieveStudy({ studyInstanceUID })).map(dataSet), bytes.map(dataSet), "study");
assert.equal((await reader.retrieveSeries({ studyInstanceUID, seriesInstanceUID })).length, instances.length);
const whole = dataSet(await reader.retrieveInstance(one));
assert.ok(bytes.some((file) => dataSet(file).equals(whole)), "instance: other bytes");

// Frames and bulk data
const frames = await reader.retrieveInstanceFrames({ ...one, frameNumbers: [1] });
assert.equal(frames.length, 1);
const samples = value(metadata, "00280010") * value(metadata, "00280011") * (value(metadata, "00280002") ?? 1);
assert.equal(frames[0].byteLength, (samples * value(metadata, "00280100")) / 8);
const [bulk] = await reader.retrieveBulkData({ BulkDataURI: metadata["7FE00010"].BulkDataURI });
assert.ok(Buffer.from(bulk).equals(Buffer.from(frames[0])) || bulk.byteLength > frames[0].byteLength);
assert.ok(bytes.some((file) => file.includes(Buffer.from(frames[0]))), "frame: other bytes");
await assert.rejects(reader.retrieveInstanceFrames({ ...one, frameNumbers: [9999] }), { status: 404 });
// Pictures
const jpeg = Buffer.from((await reader.retrieveInstanceRendered(one))[0]);
assert.deepEqual([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
const png = await reader.retrieveInstanceFramesRendered({
  ...one, frameNumbers: [1], mediaTypes: [{ mediaType: "image/png" }], queryParams: { viewport: "32,32", window: "40,400,linear" },
});
assert.equal(Buffer.from(png[0] ?? png).subarray(1, 4).toString(), "PNG");
const thumbnail = await reader.retrieveInstanceThumbnail(one);
assert.ok(Buffer.from(thumbnail[0]).length > 100);
console.log("ok");
