/** Shows the server the token that stands behind # in the link: it never is in an address that gets logged. */
import { WORDS } from './shared/words.ts'

const status = document.querySelector('[role=status]') as HTMLElement
const token = decodeURIComponent(location.hash.slice(1))
// The token leaves the address bar, and with it the browser's history.
history.replaceState(null, '', '/login')
void logIn(token)

async function logIn(shown: string): Promise<void> {
  if (shown === '') {
    status.textContent = WORDS.login.none
    return
  }
  status.textContent = WORDS.login.busy
  const response = await fetch('/api/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: shown }),
  })
  if (response.ok) location.replace('/')
  else status.textContent = WORDS.login.wrong
}
