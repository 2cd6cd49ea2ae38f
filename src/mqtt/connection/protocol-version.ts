/** Which MQTT version to speak to a broker. Pure: time is an argument. */
import { type Ending, isSilent, isVersionRefused } from './errors.ts'

/** As in the CONNECT packet: 5 is MQTT 5.0, 4 is 3.1.1. */
export type ProtocolVersion = 4 | 5

export interface VersionChoice {
  /** The version of the next attempt. */
  next(nowMs: number): ProtocolVersion
  /** The broker has accepted the version. */
  accepted(): void
  /** The version to try at once, now that an attempt has ended; undefined if another one would not help. */
  alternative(ending: Ending): ProtocolVersion | undefined
}

/** A broker that once answered only to 3.1.1 may have been updated, or was just starting. */
const TRY_5_AGAIN_MS = 600_000
/** A broker that has answered before and is silent now is probably being restarted: only then another version is tried. */
const MOST_SILENT = 5

/**
 * Some brokers answer CONNECT in a version that they do not know by closing the connection, or not at all.
 * @param setting `mqtt.protocolVersion`
 * @param first the version to begin with
 */
export function chooseVersion(setting: 'auto' | '5' | '4', first: ProtocolVersion): VersionChoice {
  const fixed = setting === 'auto' ? undefined : setting === '5' ? 5 : 4
  let current = fixed ?? first
  /** The last version in which the broker has answered. */
  let known: ProtocolVersion | undefined
  let tried5Ms = Number.NEGATIVE_INFINITY
  let silentEndings = 0
  let hasSwitched = false

  function accepted(): void {
    known = current
    silentEndings = 0
  }

  return {
    next(nowMs) {
      hasSwitched = false
      if (fixed !== undefined) return fixed
      const isDue = first === 5 && nowMs - tried5Ms >= TRY_5_AGAIN_MS
      current = isDue ? 5 : (known ?? first)
      if (current === 5) tried5Ms = nowMs
      return current
    },
    accepted,
    alternative(ending) {
      if (fixed !== undefined || ending.wasOnline || hasSwitched) return undefined
      if (!isVersionRefused(ending)) {
        // A refusal for another reason shows that the broker speaks this version.
        if (typeof ending.code === 'number') accepted()
        if (!isSilent(ending)) return undefined
        silentEndings++
        if (known === current && silentEndings < MOST_SILENT) return undefined
      }
      hasSwitched = true
      current = current === 5 ? 4 : 5
      return current
    },
  }
}
