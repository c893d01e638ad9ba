import { costsAtMost } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { httpServers, stdioServers } from "../contenders/line-up.ts";
import { measureSerial } from "../contenders/serial-series.ts";
import { stdioSerialCalls } from "../contenders/stdio.ts";
import { largeCall } from "../load/frames.ts";
import type { Row } from "../result.ts";
import { eraNote } from "../variants.ts";

export const tenMegabytes: Row = {
  name: "ten-megabytes",
  title: "A result of 10 MB, one call after another, the output budget lifted",
  async run({ rounds, milliseconds }) {
    const load = { call: largeCall, connections: 1, milliseconds };
    const overStdio = stdioServers("ten-megabytes").map((server) => stdioSerialCalls(server, load));
    const overHttp = httpServers("ten-megabytes").map((server) => httpCalls(server, load));
    const series = [
      await measureSerial("10 MB over stdio", overStdio, rounds),
      await measureSerial("10 MB over HTTP", overHttp, rounds),
    ];
    return {
      series,
      checks: series.map((each) => costsAtMost(each, "bare", 2)),
      notes: [eraNote],
    };
  },
};
