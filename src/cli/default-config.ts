import { readBoard } from '../../drivers/board.ts'
import { PACKAGE_FOLDER } from './package-info.ts'

/** The configuration that is used when none is named: real hardware on a Raspberry Pi, everything simulated elsewhere. */
export function defaultConfigFile(): string {
  const name = readBoard().raspberryPi ? 'pi.yaml' : 'desktop.yaml'
  return `${PACKAGE_FOLDER}/config/${name}`
}
