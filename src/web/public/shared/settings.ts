/** What the user chose in this browser, and finds again after a reload. */
export function readSetting(name: string): string | null {
  return localStorage.getItem(`neurond-${name}`)
}

export function writeSetting(name: string, value: string): void {
  localStorage.setItem(`neurond-${name}`, value)
}
