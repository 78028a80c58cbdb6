const pattern = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const seconds = [604_800, 86_400, 3_600, 60, 1];

/** Seconds of an ISO 8601 duration such as `P7D` or `PT1H30M`; null for anything else, months and years included. */
export function parseDuration(text: string): number | null {
  const found = pattern.exec(text);
  if (!found) return null;
  return seconds.reduce((sum, unit, i) => sum + unit * Number(found[i + 1] ?? 0), 0);
}
