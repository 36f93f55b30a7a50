// Worker threads of Node 20 do not inherit tsx's loader: this entry registers it first.
import {register} from "tsx/esm/api";

register();
await import("./samples.worker.ts");
