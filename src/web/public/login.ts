/** The login page: sends the token from behind the # of the link, which browsers neither send nor log, to the server. */
import { languageChoice } from './shared/language-choice.ts'
import { LOGIN_WORDS } from './shared/login-words.ts'

const status = document.querySelector('[role=status]') as HTMLElement
const tokenInLink = decodeURIComponent(location.hash.slice(1))
// Removes the token from the address bar and the browser's history.
history.replaceState(null, '', '/login')
document.querySelector('main')?.append(languageChoice())
void logIn(tokenInLink)

async function logIn(token: string): Promise<void> {
  if (token === '') {
    status.textContent = LOGIN_WORDS.none
    return
  }
  status.textContent = LOGIN_WORDS.busy
  const response = await fetch('/api/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  if (response.ok) location.replace('/')
  else status.textContent = LOGIN_WORDS.wrong
}
