/** What a program needs to be found, to find its libraries and its accelerators; the gateway's own secrets are not among it. */
const passed =
  /^(?:PATH|HOME|USER|TMPDIR|TEMP|TMP|LANG|LC_.+|SYSTEMROOT|(?:DY)?LD_.+|(?:CUDA|NVIDIA|GGML|VK|HIP|HSA|ROCR|ROCM|OMP|SYCL|ONEAPI|ZE)_.+)$/i

export function engineEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  key: string,
): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && passed.test(name) ? [[name, value] as const] : [],
  )
  return {
    ...Object.fromEntries(kept),
    // On the command line every user of the machine could read it.
    LLAMA_API_KEY: key,
    // Nothing is downloaded, whatever the arguments say; and nobody looks at requests under way.
    LLAMA_ARG_OFFLINE: '1',
    LLAMA_ARG_ENDPOINT_SLOTS: '0',
    LLAMA_ARG_UI: '0',
  }
}
