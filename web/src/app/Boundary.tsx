import { Component, type ReactNode } from 'react';
import { Broken } from './Broken';

interface BoundaryProps {
  /** Where we are: what broke at one address has not at another. */
  at: string;
  children: ReactNode;
}

/** What throws within, code that could not be fetched too, leaves all around it as it is. */
export class Boundary extends Component<BoundaryProps, { brokenAt: string | undefined }> {
  override state = { brokenAt: undefined as string | undefined };

  static getDerivedStateFromProps({ at }: BoundaryProps, { brokenAt }: { brokenAt?: string }) {
    return brokenAt === undefined || brokenAt === '' || brokenAt === at
      ? null
      : { brokenAt: undefined };
  }

  override componentDidCatch(): void {
    this.setState({ brokenAt: this.props.at });
  }

  static getDerivedStateFromError() {
    return { brokenAt: '' }; // until componentDidCatch knows where
  }

  override render() {
    return this.state.brokenAt === undefined ? this.props.children : <Broken />;
  }
}
