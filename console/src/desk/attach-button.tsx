import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { IconButton } from '../ui/basics.tsx'

/** Lets the user choose a file to go with what is being written. */
export function AttachButton({
  onFile,
  isBusy,
}: {
  readonly onFile: (file: globalThis.File) => void
  readonly isBusy: boolean
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton
        icon={Paperclip}
        label={isBusy ? 'Attaching…' : 'Attach a file'}
        isDisabled={isBusy}
        onPress={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File to attach"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file !== undefined) onFile(file)
        }}
      />
    </>
  )
}
