import { Component, type ReactNode } from 'react';

import { ErrorNotice } from './ErrorNotice';

interface Props {
  children: ReactNode;
}

interface State {
  error: unknown;
}

/** An output that breaks its own view, nested too deep to print for example, must not take the page with it. */
export class OutputBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    return this.state.error === null ? this.props.children : <ErrorNotice error={this.state.error} />;
  }
}
