/** A task set that is larger is refused: 100,000 tasks of usual size are a fifth of it. */
export const taskSetBytesMax = 512 * 2 ** 20

/** One task in its line. */
export const taskLineLengthMax = 8 * 2 ** 20

export const tasksMax = 200_000

/** Lists and objects within one another, in what is imported. */
export const nestingMax = 500

/** Kinds of bad rows and of what was left behind that are told; all of them are counted. */
export const problemsToldMax = 20
