/** Whether this browser shows the picture of the cell: it does until the user switches it off. */
const STORAGE_KEY = 'neurond-cell'

export function loadCellShown(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== 'off'
}

export function saveCellShown(isShown: boolean): void {
  localStorage.setItem(STORAGE_KEY, isShown ? 'on' : 'off')
}
