/** What V8 and Python say before they end. */
const complaints =
  /heap out of memory|process out of memory|Array buffer allocation failed|\bMemoryError\b/

export function saysOutOfMemory(output: string): boolean {
  return complaints.test(output)
}
