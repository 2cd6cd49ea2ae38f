/** Whether this browser shows the picture of the cell: it does until the user switches it off. */
import { readSetting, writeSetting } from '../shared/settings.ts'

const SETTING = 'cell'

export function loadCellShown(): boolean {
  return readSetting(SETTING) !== 'off'
}

export function saveCellShown(isShown: boolean): void {
  writeSetting(SETTING, isShown ? 'on' : 'off')
}
