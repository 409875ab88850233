/** `1 gap`, `2 gaps`, `1,204 gaps`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  const digits = String(number).replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${digits} ${number === 1 ? singular : plural}`
}
