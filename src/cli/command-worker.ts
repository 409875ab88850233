/**
 * A command as a process that `holdfast serve` has started, with the words of a person. When that one is gone,
 * however it went, this one stops as if it had been told to: a run that nobody waits for must not go on spending.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// Listening alone keeps no process from ending.
process.channel?.unref()
await import('./main.ts')
