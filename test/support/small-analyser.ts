/** A small static analyser, as a program of Node: a rule a line, SARIF on its output, exit 1 where it finds something. */
export const smallAnalyser = `
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const rules = [
  { id: 'sql-text', cwe: 'CWE-89', pattern: /f"(?:SELECT|INSERT|UPDATE|DELETE)\\b[^"]*\\{/ },
  { id: 'html-text', cwe: 'CWE-79', pattern: /res\\.send\\(.*\\$\\{/ },
  { id: 'shell-true', cwe: 'CWE-78', pattern: /shell\\s*=\\s*True|\\bexec\\(.*\\$\\{/ },
  { id: 'weak-hash', cwe: 'CWE-327', pattern: /\\bmd5\\b|createHash\\(['"]md5/i },
]

function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

const results = filesIn(resolve('.')).flatMap((path) =>
  readFileSync(path, 'utf8').split('\\n').flatMap((text, index) =>
    rules.filter(({ pattern }) => pattern.test(text)).map(({ id }) => ({
      ruleId: id,
      message: { text: id },
      locations: [{ physicalLocation: { artifactLocation: { uri: path }, region: { startLine: index + 1 } } }],
    })),
  ),
)
console.log(JSON.stringify({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'small', rules: rules.map(({ id, cwe }) => ({ id, properties: { tags: [cwe] } })) } }, results }],
}))
process.exitCode = results.length > 0 ? 1 : 0
`
