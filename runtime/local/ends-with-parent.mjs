/** Preloaded into the API and the worker: when the process that started them is killed, they stop in order instead of living on. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Watching the parent is no reason to stay: a process that has nothing left to do still ends.
process.channel?.unref();
