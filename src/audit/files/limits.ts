/** Limits on finding and reading files; reaching one is told as a skipped file or a note. */
export const fileLimits = {
  /** A larger file is not read. */
  fileBytesMax: 2 * 1024 * 1024,
  /** How far into a file a NUL byte is looked for. */
  binarySniffBytes: 8 * 1024,
  /** Files of one audit; what lies beyond is told in a note. */
  filesMax: 2_000_000,
  /** Folders deep, when walking without git. */
  walkDepthMax: 64,
  /** One ignore file. */
  ignoreFileBytesMax: 256 * 1024,
  /** Repositories inside repositories inside repositories. */
  nestingDepthMax: 8,
  nestedRepositoriesMax: 500,
  /** Skipped files that are listed one by one. */
  skippedMax: 10_000,
  /** Files whose content is compared because only their time stamps say they may have changed. */
  contentComparisonsMax: 5_000,
  gitTimeMs: 30_000,
  gitOutputBytesMax: 512 * 1024 * 1024,
  /** What git says of a failure. */
  gitErrorBytesMax: 8 * 1024,
  /** Git configuration, `.git` files, `HEAD` and other small files that holdfast reads itself. */
  gitFileBytesMax: 1024 * 1024,
  gitFiltersMax: 200,
  searchTimeMs: 120_000,
  searchProcessesMax: 2,
  /** Bytes of arguments for one process: Linux takes two million as it is set up, Windows 32 thousand. */
  argumentBytesMax: 1_000_000,
  argumentBytesMaxLinux: 1_800_000,
  argumentBytesMaxWindows: 28_000,
  /** What ripgrep says of files it could not open. */
  searchErrorBytesMax: 1024 * 1024,
  keywordsMax: 20_000,
  /** Blobs asked for and not yet answered, when reading from a commit. */
  blobRequestsMax: 64,
} as const
