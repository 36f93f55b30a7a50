import {parentPort, workerData} from "node:worker_threads";
import {groupSampler} from "./groupSamples.ts";
import {samplesIn, type GroupPlace, type SamplerData} from "./trainProtocol.ts";

const data = workerData as SamplerData;
const rooms = data.rooms.map((groups) => groups.map((room) => samplesIn(room, data.size)));
const fill = await groupSampler(data);

parentPort!.on("message", (place: GroupPlace) => {
  fill(rooms[place.step % rooms.length][place.group], place);
  parentPort!.postMessage(place);
});
