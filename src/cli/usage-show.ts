import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { createResolver } from '../catalogue/index.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { type ImportedFile, UsageBook } from './usage-book.ts'
import { refreshRegister } from './usage-register.ts'
import { type UsageFlags, usageWorkspace } from './usage-workspace.ts'
import { printOut } from './write-output.ts'

/** `holdfast usage list`. */
export async function listUsage(flags: UsageFlags): Promise<void> {
  const { bookFolder } = await usageWorkspace(flags)
  const files = withBook(bookFolder, (book) => book.files(), [])
  await printOut(
    flags.format === 'json'
      ? json({ files })
      : table(
          ['digest', 'kind', 'uses', 'imported', 'file'],
          files.map((one) => [
            one.digest.slice('sha256:'.length).slice(0, 12),
            one.source,
            String(one.records),
            one.importedAt.slice(0, 10),
            one.name,
          ]),
          'no file was imported',
        ),
  )
}

/** `holdfast usage show`. */
export async function showUsage(flags: UsageFlags): Promise<void> {
  const { folder, bookFolder } = await usageWorkspace(flags)
  const resolver = createResolver(await loadCatalogue({ folder }))
  const uses = withBook(bookFolder, (book) => book.uses(), []).map((use) => ({
    ...use,
    model: resolver.resolve(use.written, use.provider === null ? {} : { provider: use.provider })
      .model,
  }))
  await printOut(
    flags.format === 'json'
      ? json({ uses })
      : table(
          [
            'evidence',
            'source',
            'workflow',
            'model',
            'provider',
            'requests',
            'served',
            'tokens',
            'first',
            'last',
          ],
          uses.map((use) => [
            use.kind,
            use.source,
            use.workflow ?? (use.scope === null ? '-' : `? ${use.scope}`),
            use.model ?? `? ${use.written}`,
            use.provider ?? '-',
            shown(use.requests),
            use.servedModel === null || use.servedModel === use.model
              ? shown(use.served)
              : `${shown(use.served)} by ${use.servedModel}`,
            shown(use.tokens),
            use.firstSeen.slice(0, 10),
            use.lastSeen.slice(0, 10),
          ]),
          'no traffic was seen and nothing was imported',
        ),
  )
}

/** `holdfast usage forget DIGEST`. */
export async function forgetUsage(digest: string, flags: UsageFlags): Promise<void> {
  const { configPath, bookFolder } = await usageWorkspace(flags)
  const file = withBook(
    bookFolder,
    (book) => {
      const found = theOne(book.files(), digest)
      book.forget(found.digest)
      return found
    },
    null,
  )
  if (file === null) throw unknownFile(digest)
  await refreshRegister(configPath)
  await printOut(
    flags.format === 'json'
      ? json({ forgotten: file })
      : `${visibleText(file.name)} (${file.source}) counts no more\n`,
  )
}

function theOne(files: readonly ImportedFile[], digest: string): ImportedFile {
  const wanted = digest.replace(/^sha256:/, '')
  const found = files.filter((one) => one.digest.slice('sha256:'.length).startsWith(wanted))
  const [only] = found
  if (only !== undefined && found.length === 1 && wanted.length >= 4) return only
  if (found.length > 1)
    throw new Fault('HF_USAGE', `\`${digest}\` is the beginning of ${found.length} digests`, {
      expected: 'as many digits as one file alone begins with, at least 4',
    })
  throw unknownFile(digest)
}

function unknownFile(digest: string): Fault {
  return new Fault('HF_USAGE', `no imported file has the digest \`${digest}\``, {
    expected: 'a digest, or its first 4 digits or more',
    advice: '`holdfast usage list` shows them',
  })
}

function withBook<T>(folder: string, work: (book: UsageBook) => T, otherwise: T): T {
  const book = UsageBook.ifThere(folder)
  if (book === null) return otherwise
  try {
    return work(book)
  } finally {
    book.close()
  }
}

function shown(count: number | null): string {
  return count === null ? '-' : String(count)
}

function json(content: object): string {
  return `${JSON.stringify({ schemaVersion: 1, ...content }, null, 2)}\n`
}

function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): string {
  if (rows.length === 0) return `${nothing}\n`
  const all = [titles, ...rows].map((row) => row.map(visibleText))
  const widths = titles.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}
