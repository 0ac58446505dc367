import { readFile } from 'node:fs/promises'

/** What a process uses, as the kernel counts it. */
export interface ProcessUse {
  /** Memory of its own that is in RAM, without files it maps. */
  readonly residentBytes: number
  /** Processor time since it started. */
  readonly cpuMs: number
}

/** Length of the kernel's unit of processor time, the same on all Linux platforms. */
const tickMs = 10

/** Reads what a process uses. Zero everywhere but on Linux, and for a process that is gone. */
export async function processUse(pid: number): Promise<ProcessUse> {
  try {
    const [status, stat] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    const residentBytes = Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1_024
    // The name in brackets may hold anything; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { residentBytes, cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs }
  } catch {
    return { residentBytes: 0, cpuMs: 0 }
  }
}
