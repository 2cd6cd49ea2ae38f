/** The choice of the page's language, the same on every page. */

import { chooseLanguage, LANGUAGES, type Language, language } from './language.ts'
import { LOGIN_WORDS } from './login-words.ts'

let made: HTMLSelectElement | undefined

/** One element, which can be rendered again and again. */
export function languageChoice(): HTMLSelectElement {
  made ??= makeChoice()
  return made
}

/** Each language by its code, which is short and the same in all of them; it has its name for pointers and screen readers. */
function makeChoice(): HTMLSelectElement {
  const select = document.createElement('select')
  select.id = 'language'
  select.ariaLabel = LOGIN_WORDS.language
  select.title = Object.values(LANGUAGES).join(' / ')
  for (const code of Object.keys(LANGUAGES) as Language[]) {
    const option = new Option(code.toUpperCase(), code, false, code === language)
    option.lang = code
    option.ariaLabel = `${option.text}: ${LANGUAGES[code]}`
    select.append(option)
  }
  select.addEventListener('change', () => chooseLanguage(select.value as Language))
  return select
}
