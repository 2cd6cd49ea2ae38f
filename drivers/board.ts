import { readFileSync } from 'node:fs'

export interface Board {
  /** As the device tree says it: `Raspberry Pi 4 Model B Rev 1.4`; '' where there is none. */
  readonly model: string
  readonly raspberryPi: boolean
  /** Its GPIO is the RP1 chip: Pi 5, 500, Compute Module 5. */
  readonly rp1: boolean
}

/** @param root Where /proc is, for tests. */
export function readBoard(root = ''): Board {
  try {
    return boardOf(readFileSync(`${root}/proc/device-tree/model`, 'latin1'))
  } catch {
    return boardOf('')
  }
}

/** What a model says; the kernel ends it with a NUL. */
export function boardOf(model: string): Board {
  const name = model.replaceAll('\0', '').trim()
  return {
    model: name,
    raspberryPi: name.startsWith('Raspberry Pi'),
    rp1: /^Raspberry Pi (5|500|Compute Module 5)\b/.test(name),
  }
}
