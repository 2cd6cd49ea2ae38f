import { getSystemErrorMap } from 'node:util'
import { DriverError, type DriverFault } from '../contract.ts'

/** For each fault the sentence that fixes it; it may depend on the file that the system call was for, where that is known. */
export type Advice = Readonly<Partial<Record<DriverFault, string | ((path: string | undefined) => string)>>>

/**
 * Linux error numbers (include/uapi/asm-generic/errno*.h), by who can fix them. By number and without sign, because
 * i2c-bus leaves `code` empty for some errors and gives others either sign.
 */
const FAULTS: Readonly<Record<number, DriverFault>> = {
  1: 'permission', // EPERM
  2: 'absent', // ENOENT
  5: 'silent', // EIO: also a clock stretched for too long on i2c-bcm2835
  6: 'silent', // ENXIO: no acknowledge on some adapters
  11: 'stuck', // EAGAIN: arbitration lost, something holds the data line
  13: 'permission', // EACCES
  16: 'busy', // EBUSY
  19: 'absent', // ENODEV: the chip or the adapter was removed
  22: 'misused', // EINVAL
  25: 'misused', // ENOTTY: not a device of this kind
  30: 'permission', // EROFS: /sys is read-only in a sandbox
  95: 'misused', // EOPNOTSUPP: an SMBus-only adapter
  110: 'stuck', // ETIMEDOUT
  121: 'silent', // EREMOTEIO: no acknowledge on a Raspberry Pi
}

/** A failed system call as a DriverError: `what`: reason. Advice. `cause` is the error, or the error number itself. */
export function hardwareError(what: string, cause: unknown, advice: Advice = {}): DriverError {
  if (cause instanceof DriverError) return cause
  const errno = errnoOf(cause)
  const fault = errno === 0 ? 'misused' : (FAULTS[errno] ?? 'silent')
  const given = advice[fault]
  const fix = typeof given === 'function' ? given((cause as NodeJS.ErrnoException | undefined)?.path) : given
  return new DriverError(fault, `${what}: ${reasonOf(errno, cause)}.${fix === undefined ? '' : ` ${fix}`}`, { cause })
}

/** The error number without its sign; 0 if there is none. */
export function errnoOf(cause: unknown): number {
  if (typeof cause === 'number') return Math.abs(cause)
  const errno = (cause as { errno?: unknown } | undefined)?.errno
  return typeof errno === 'number' ? Math.abs(errno) : 0
}

function reasonOf(errno: number, cause: unknown): string {
  const known = getSystemErrorMap().get(-errno)
  if (known !== undefined) return `${known[1]} (${known[0]})`
  return cause instanceof Error && cause.message !== '' ? cause.message : `error ${errno}`
}
