/** Small signs beside words, or in their place on a narrow screen. */

function Icon({ d }: { d: string }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={d}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export const SearchIcon = () => (
  <Icon d="M8.500 3a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11zM12.600 12.600 17 17" />
);

export const ReceiptIcon = () => (
  <Icon d="M4.500 2.500h11v15l-2.200-1.800-2.200 1.800-2.200-1.800-2.200 1.800-2.200-1.800zM7.500 6.500h5M7.500 10h5" />
);

export const BagIcon = () => <Icon d="M4 6.500h12l1 11H3zM7 9V5.500a3 3 0 0 1 6 0V9" />;
