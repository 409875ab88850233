/** The question that starter sets and public sets with labelled lines ask, with numbered lines. */
export function findingsQuestion(file: string, code: string): string {
  const lines = code.replace(/\n$/, '').split('\n')
  const width = String(lines.length).length
  const numbered = lines.map((line, index) => `${String(index + 1).padStart(width)}  ${line}`)
  return `Review this file for security weaknesses. Reply with JSON alone: {"findings": [{"line": number, "cwe": "CWE-…", "why": "one sentence"}]}; an empty list when there is none.\n\nFile: ${file}\n\n${numbered.join('\n')}\n`
}
