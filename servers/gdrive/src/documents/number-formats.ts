import { format, getFormatDateInfo, isDateFormat } from "numfmt";
import { readXml } from "./xml.ts";

/** Formats that files name by number alone (ECMA-376 18.8.30); 27 to 36 and 50 to 58 are East Asian dates. */
const builtIn: Readonly<Record<number, string>> = {
  ...{ 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00" },
  ...{ 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy" },
  ...{ 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "hh:mm:ss" },
  ...{ 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)" },
  ...{ 40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0" },
};

function toBuiltIn(id: number): string | undefined {
  const isDate = (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return isDate ? "yyyy-mm-dd" : builtIn[id];
}

/** The format of each cell style, by its number; undefined for numbers as they are. */
export function readFormats(styles: string): readonly (string | undefined)[] {
  const own = new Map<string, string>();
  const formats: (string | undefined)[] = [];
  let inCells = false;
  for (const { name, closes, attributes } of readXml(styles)) {
    const id = attributes["numFmtId"] ?? "";
    if (name === "numFmt" && !closes) own.set(id, attributes["formatCode"] ?? "");
    else if (name === "cellXfs") inCells = !closes;
    else if (name === "xf" && inCells && !closes)
      formats.push(own.get(id) ?? toBuiltIn(Number(id)));
  }
  return formats;
}

/** The year in which a workbook begins to count days. */
export type DateSystem = 1900 | 1904;

/** A number as Excel shows it, except for days, which are ISO 8601 whatever their order. */
export function toNumberText(
  value: string,
  pattern: string | undefined,
  system: DateSystem,
): string {
  const number = Number(value);
  if (value === "" || Number.isNaN(number)) return value;
  if (pattern === undefined || /^(?:general|@)?$/i.test(pattern)) return value;
  if (isDateFormat(pattern) && isOfDays(pattern)) return toDate(number, system) ?? value;
  const shown = format(pattern, number, { throws: false, dateErrorThrows: false }).trim();
  return /^#+$/.test(shown) ? value : shown;
}

/** Whether a format shows days; hours, minutes and seconds alone are a time or how long something took. */
function isOfDays(pattern: string): boolean {
  const { year, day, hours, minutes, seconds } = getFormatDateInfo(pattern);
  return year || day || !(hours || minutes || seconds);
}

/** A day number of Excel's calendar; below one it is a time of day. */
function toDate(days: number, system: DateSystem): string | undefined {
  const epoch = system === 1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const date = new Date(Math.round(epoch / 1_000 + days * 86_400) * 1_000);
  if (Number.isNaN(date.getTime())) return undefined;
  const [day = "", time = ""] = date.toISOString().split("T");
  const clock = time.slice(0, 8);
  if (days < 1) return clock;
  return clock === "00:00:00" ? day : `${day} ${clock}`;
}
