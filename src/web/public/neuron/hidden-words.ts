/** What the page says in place of parameters that a lesson hides. */
import { inLanguage, type Texts } from '../shared/language.ts'

const ENGLISH = {
  params: 'The lesson hides what this neuron is made of. You can find it out by current, voltage and time.',
}

const GERMAN: Texts<typeof ENGLISH> = {
  params:
    'Die Lektion verbirgt, woraus dieses Neuron gemacht ist. Du kannst es mit Strom, Spannung und Zeit herausfinden.',
}

export const HIDDEN_WORDS = inLanguage({ en: ENGLISH, de: GERMAN })
