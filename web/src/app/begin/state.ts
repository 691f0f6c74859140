export { setupListeners } from '@reduxjs/toolkit/query/react';
export { Provider } from 'react-redux';
