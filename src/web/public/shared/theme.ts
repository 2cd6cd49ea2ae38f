/** Light or dark colours, as the user chose them in this browser. */
import type { Theme } from './common-words.ts'
import { readSetting, writeSetting } from './settings.ts'

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']
const SETTING = 'theme'

export function loadTheme(): Theme {
  return (readSetting(SETTING) as Theme | null) ?? 'auto'
}

export function saveTheme(theme: Theme): void {
  writeSetting(SETTING, theme)
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme
}
