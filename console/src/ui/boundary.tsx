import { Component, type ReactNode } from 'react'
import { Button } from './basics.tsx'
import { Empty } from './states.tsx'

interface Given {
  readonly children: ReactNode
  /** Another page is drawn anew, whatever became of the last. */
  readonly page: string
}

/** Keeps a page that cannot be drawn from taking the rest of the console with it. */
export class Boundary extends Component<Given, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate({ page }: Given): void {
    if (page !== this.props.page && this.state.error !== undefined)
      this.setState({ error: undefined })
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <Empty
        title="This page could not be drawn"
        action={<Button onPress={() => this.setState({ error: undefined })}>Try again</Button>}
      >
        {error.message} The rest of the console goes on.
      </Empty>
    )
  }
}
