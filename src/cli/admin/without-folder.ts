/**
 * Paths as whoever asks over the network may see them: below the folder of holdfast.yaml, or below that of holdfast.
 * Where this lies on the machine is nobody's business.
 */
export function withoutFolders(text: string, folders: readonly string[]): string {
  return folders
    .filter((folder) => folder.length > 1)
    .flatMap((folder) => [folder, JSON.stringify(folder).slice(1, -1)])
    .reduce((shown, folder) => shown.replaceAll(`${folder}/`, '').replace(bare(folder), '.'), text)
}

/** The folder itself, and none whose name only begins so. */
function bare(folder: string): RegExp {
  return new RegExp(`${folder.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w.-])`, 'g')
}
