import type { TestJob } from '../../qualification/index.ts'

/** Beside the program's own memory: interpreter, and what it writes, which lies in memory too. */
const overheadMiB = 192
const scratchMiB = 64
const processesMax = 64
/** Nobody, whatever the image calls it. */
const nobody = '65534:65534'

/** By this label leftovers are found: when the container must have ended, in seconds since 1970. */
export const untilLabel = 'holdfast.tests.until'

export interface ContainerPlace {
  /** Name of the container, another one for every run. */
  readonly name: string
  /** Folder of the machine with the files. */
  readonly folder: string
  /** Seconds since 1970 by which it has ended. */
  readonly until: number
}

/**
 * Words of `docker run` and `podman run`. The time limit is kept within, and the engine removes the container when it ends:
 * both also where holdfast is killed meanwhile.
 */
export function containerWords(
  { program, testFile, seconds, memoryMiB, container = '' }: TestJob,
  { name, folder, until }: ContainerPlace,
): readonly string[] {
  const memory = `${memoryMiB + overheadMiB}m`
  const scratch = `rw,exec,nosuid,nodev,mode=1777,size=${scratchMiB}m`
  const command =
    program === 'node'
      ? ['node', `--max-old-space-size=${memoryMiB}`, testFile]
      : ['python3', '-s', '-E', '-B', testFile]
  return [
    'run',
    '--rm',
    '--name',
    name,
    '--label',
    `${untilLabel}=${until}`,
    // An image is fetched by a person, not in the middle of a trial.
    '--pull',
    'never',
    '--network',
    'none',
    '--read-only',
    '--tmpfs',
    `/work:${scratch}`,
    '--tmpfs',
    `/tmp:${scratch}`,
    '--mount',
    `type=bind,source=${folder},target=/input,readonly`,
    '--memory',
    memory,
    '--memory-swap',
    memory,
    '--cpus',
    '1',
    '--pids-limit',
    String(processesMax),
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--user',
    nobody,
    '--workdir',
    '/work',
    '--env',
    'HOME=/work',
    '--env',
    'LANG=C.UTF-8',
    '--entrypoint',
    'sh',
    container,
    '-c',
    // The files may be changed by the tests, the folder of the machine may not.
    'cp -R /input/. /work/ && exec timeout -s KILL "$@"',
    'sh',
    String(Math.ceil(seconds)),
    ...command,
  ]
}
