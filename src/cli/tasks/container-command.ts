import type { TestJob } from '../../qualification/index.ts'

/** Beside the program's own memory: interpreter, and what it writes, which lies in memory too. */
const overheadMiB = 192
const scratchMiB = 64
const processesMax = 64
const openFilesMax = 1024
/** Nobody, whatever the image calls it. */
const nobody = '65534:65534'

/** In no image: engines give a folder that an image has the mode that it has there, and then nobody could write. */
const work = '/holdfast-work'
const input = '/holdfast-input'

/** First line of what a container writes: from here on it is the program that ends, well or badly. */
export const startedLine = 'holdfast: the tests begin\n'

/**
 * The files may be changed by the tests, the folder of the machine may not. The shell stays, so that what it started is
 * not the first process: that one cannot be killed from within, and the time limit of BusyBox would not hold. Codes by
 * which engines say that they failed are kept for them. Limits of the shell are set here: podman, given one of them, wants
 * to raise the others, which not every machine lets it.
 */
const script = `
ulimit -c 0
ulimit -n ${openFilesMax}
cd ${work} && cp -R ${input}/. . || exit 125
for word in timeout "$2"; do
  command -v "$word" > /dev/null || { echo "the image has no $word" >&2; exit 127; }
done
printf '${startedLine.trimEnd()}\\n'
timeout -s KILL "$@"
code=$?
case $code in 125 | 126 | 127) code=1 ;; esac
exit $code
`

export const containerEngines = ['docker', 'podman'] as const
export type ContainerEngine = (typeof containerEngines)[number]

/** Containers of holdfast are known by their names, which tell when they must have ended, in seconds since 1970. */
export const containerNamePrefix = 'holdfast-tests-'

export function containerName(until: number, id: string): string {
  return `${containerNamePrefix}${until}-${id}`
}

/** Null: it is no name of ours. */
export function untilOf(name: string): number | null {
  const digits = /^holdfast-tests-(?<until>\d{1,12})-/.exec(name)?.groups?.['until']
  return digits === undefined ? null : Number(digits)
}

export interface ContainerPlace {
  readonly engine: ContainerEngine
  /** Name of the container, another one for every run. */
  readonly name: string
  /** Folder of the machine with the files. */
  readonly folder: string
  /** It is ended by the engine at last, where that can: a program may have stopped the clock within. */
  readonly secondsMax: number
}

/**
 * Words of `docker run` and `podman run`. The time limit is kept within, and the engine removes the container when it ends:
 * both also where holdfast is killed meanwhile.
 */
export function containerWords(job: TestJob, place: ContainerPlace): readonly string[] {
  const { program, testFile, seconds, memoryMiB, container = '' } = job
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
    place.name,
    // An image is fetched by a person, not in the middle of a trial.
    '--pull',
    'never',
    '--network',
    'none',
    '--read-only',
    '--tmpfs',
    `${work}:${scratch}`,
    '--tmpfs',
    `/tmp:${scratch}`,
    ...inputWords(place),
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
    '--env',
    `HOME=${work}`,
    '--env',
    'LANG=C.UTF-8',
    // What tests write goes to us alone: engines would keep it on the disk, however much it is.
    '--log-driver',
    'none',
    '--no-healthcheck',
    // It has nothing to put in order, and `rm` of podman would wait ten seconds for that.
    '--stop-signal',
    'KILL',
    '--entrypoint',
    'sh',
    container,
    '-c',
    script,
    'sh',
    String(Math.ceil(seconds)),
    ...command,
  ]
}

/** podman labels the folder for SELinux, and can do without what docker has not: places to write, volumes, no end. */
function inputWords({ engine, folder, secondsMax }: ContainerPlace): readonly string[] {
  const mount = `type=bind,source=${folder},target=${input},readonly`
  if (engine === 'docker') return ['--mount', mount]
  return [
    '--mount',
    `${mount},relabel=private`,
    '--read-only-tmpfs=false',
    '--image-volume',
    'ignore',
    '--timeout',
    String(Math.ceil(secondsMax)),
  ]
}
