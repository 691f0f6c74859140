import { Component, type ReactNode } from 'react';
import { Broken } from './Broken';

interface BoundaryProps {
  /** Where we are: what broke at one address has not at another. */
  at: string;
  children: ReactNode;
}

interface BoundaryState {
  at: string;
  isBroken: boolean;
}

/** What throws within, code that could not be fetched too, leaves all around it as it is. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state = { at: this.props.at, isBroken: false };

  static getDerivedStateFromProps({ at }: BoundaryProps, state: BoundaryState) {
    return at === state.at ? null : { at, isBroken: false };
  }

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}
