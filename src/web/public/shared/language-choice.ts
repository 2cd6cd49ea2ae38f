/** The choice of the page's language, the same on every page. */
import { html, type TemplateResult } from 'lit-html'
import { COMMON_WORDS } from './common-words.ts'
import { inputText } from './form-helpers.ts'
import { chooseLanguage, LANGUAGES, type Language, language } from './language.ts'

/** The names of the languages are the same in all of them: whoever reads only one finds it. */
export function languageChoice(): TemplateResult {
  const codes = Object.keys(LANGUAGES) as Language[]
  return html`<select id="language" aria-label=${COMMON_WORDS.language} title=${COMMON_WORDS.language}
    @change=${(event: Event) => chooseLanguage(inputText(event) as Language)}>
    ${codes.map(code => html`<option value=${code} lang=${code} .selected=${code === language}>${LANGUAGES[code]}</option>`)}
  </select>`
}
