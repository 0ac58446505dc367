import { areKeysOn, type KeyAction, keyActions, keyOf } from '../keys.ts'
import { Dialog } from '../ui/dialogs.tsx'

const sections = ['Desk', 'Inspector', 'Everywhere'] as const

/** All keys at a glance. */
export function ShortcutSheet({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  const actions = Object.entries(keyActions) as [KeyAction, (typeof keyActions)[KeyAction]][]
  return (
    <Dialog title="Keyboard" isOpen={isOpen} onClose={onClose} isWide>
      {areKeysOn() ? null : (
        <p className="notice info">Single keys are switched off in the settings.</p>
      )}
      <div className="key-sheet">
        {sections.map((section) => (
          <section key={section}>
            <h3>{section}</h3>
            <dl>
              {actions
                .filter(([, { where }]) => where === section)
                .map(([action, { does }]) => (
                  <div key={action}>
                    <dt>{does}</dt>
                    <dd>
                      <kbd>{keyOf(action)}</kbd>
                    </dd>
                  </div>
                ))}
              {section === 'Everywhere' ? (
                <>
                  <div>
                    <dt>Commands: go anywhere, do anything</dt>
                    <dd>
                      <kbd>Ctrl</kbd> <kbd>K</kbd>
                    </dd>
                  </div>
                  <div>
                    <dt>Send what is written</dt>
                    <dd>
                      <kbd>Enter</kbd>
                    </dd>
                  </div>
                  <div>
                    <dt>Leave a field or close a dialog</dt>
                    <dd>
                      <kbd>Esc</kbd>
                    </dd>
                  </div>
                </>
              ) : null}
            </dl>
          </section>
        ))}
      </div>
      <p className="xs soft">Single keys do nothing inside inputs. Change them in the settings.</p>
    </Dialog>
  )
}
