import { costsAtMost, fasterAtLeast } from "../checks.ts";
import { httpLists } from "../contenders/http.ts";
import { eras, httpServers, stdioServersIn } from "../contenders/line-up.ts";
import { measureSerial } from "../contenders/serial-series.ts";
import { stdioLists } from "../contenders/stdio.ts";
import { legacy } from "../load/frames.ts";
import type { Check, Row, Series } from "../result.ts";
import { bakeSurface } from "../subject/bake.ts";
import { eraNote } from "../variants.ts";

const tools = 1000;

export const thousandLists: Row = {
  name: "thousand-lists",
  title: "tools/list of 1,000 tools, one list after another",
  async run({ rounds, milliseconds }) {
    await bakeSurface("thousand");
    const series: Series[] = [];
    const checks: Check[] = [];
    for (const era of eras) {
      const measured = await measureSerial(
        `stdio tools/list of ${tools}, ${era}`,
        stdioServersIn(era, "thousand").map((server) =>
          stdioLists(server, { tools, milliseconds }),
        ),
        rounds,
      );
      series.push(measured);
      checks.push(costsAtMost(measured, "bare", 1.5));
      if (era === legacy) checks.push(fasterAtLeast(measured, "sdk-v1", 20));
      checks.push(fasterAtLeast(measured, "sdk-v2", 20));
    }
    const http = await measureSerial(
      `HTTP tools/list of ${tools}, 2026-07-28`,
      httpServers("thousand").map((server) => httpLists(server, { tools, milliseconds })),
      rounds,
    );
    return {
      series: [...series, http],
      checks: [
        ...checks,
        costsAtMost(http, "bare", 1.5),
        fasterAtLeast(http, "sdk-v1", 20),
        fasterAtLeast(http, "sdk-v2", 20),
      ],
      notes: [eraNote, "Bare Node keeps the list as one string and adds nothing but the id."],
    };
  },
};
