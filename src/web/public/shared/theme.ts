/** Light or dark colours, as the user chose them in this browser. */
import type { Theme } from './neuron-page-words.ts'

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']
const STORAGE_KEY = 'neurond-theme'

export function loadTheme(): Theme {
  return (localStorage.getItem(STORAGE_KEY) as Theme | null) ?? 'auto'
}

export function saveTheme(theme: Theme): void {
  localStorage.setItem(STORAGE_KEY, theme)
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme
}
