export { BrowserRouter, matchPath } from 'react-router';
