import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { mendLanguage } from './language.ts'
import { applyTheme } from './theme.ts'
import './styles/tokens.css'
import './styles/ui.css'
import './styles/shell.css'
import './styles/desk.css'
import './styles/handset.css'
import './styles/inspector.css'

mendLanguage()
applyTheme()
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no root.')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
