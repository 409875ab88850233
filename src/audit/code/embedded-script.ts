const component = /\.(?:vue|svelte|astro)$/
const scriptBlock = /<script\b[^>]{0,2000}>([\s\S]*?)<\/script\s*>/gi
const frontMatter = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/

/** The code of a single-file component with everything else blanked, so that lines and columns stay. */
export function codeText(path: string, content: string): string {
  if (!component.test(path)) return content
  const kept: { start: number; end: number }[] = []
  if (path.endsWith('.astro')) {
    const match = frontMatter.exec(content)
    if (match?.[1] !== undefined) {
      const start = match[0].indexOf(match[1])
      kept.push({ start, end: start + match[1].length })
    }
  }
  // Behind the last end no block ends, and looking for one from each beginning would take for ever.
  const lastEnd = content.toLowerCase().lastIndexOf('</script')
  for (const match of content.slice(0, content.indexOf('>', lastEnd) + 1).matchAll(scriptBlock)) {
    const body = match[1] ?? ''
    const start = match.index + match[0].indexOf('>') + 1
    kept.push({ start, end: start + body.length })
  }
  let text = ''
  let position = 0
  for (const { start, end } of kept) {
    if (start < position) continue
    text += blank(content.slice(position, start)) + content.slice(start, end)
    position = end
  }
  return text + blank(content.slice(position))
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ')
}
