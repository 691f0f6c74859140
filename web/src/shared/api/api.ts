import { createApi, type BaseQueryFn } from '@reduxjs/toolkit/query/react';
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit';
import { isTransient, type ApiError } from './problem';
import { send, type Answer, type Request } from './request';
import type { components, operations } from './schema';
import { CartWishes } from './wishes';

type Dispatch = ThunkDispatch<unknown, unknown, UnknownAction>;
type Schemas = components['schemas'];
export type Book = Schemas['Book'];
export type BookDetail = Schemas['BookDetail'];
export type CartLine = Schemas['CartLine'];
export type Category = Schemas['Category'];
export type Money = Schemas['Money'];
export type Order = Schemas['Order'];
export type OrderLine = Schemas['OrderLine'];
export type Truth = Schemas['Truth'];
export type Address = Schemas['Address'];
export type DeliveryOption = Schemas['DeliveryOption'];
/** Where an order goes, how, and what it is paid with. */
export type OrderDetails = Pick<Order, 'shipTo' | 'delivery' | 'payment'>;
type BooksWanted = NonNullable<operations['listBooks']['parameters']['query']>;
export type Sort = NonNullable<BooksWanted['sort']>;

type Json<Of> = Of extends { content: { 'application/json': infer Body } } ? Body : never;
type BodyOf<Name extends keyof operations> = Json<operations[Name]['requestBody']>;
type AnswerTo<
  Name extends keyof operations,
  Status extends keyof operations[Name]['responses'] = 200 & keyof operations[Name]['responses'],
> = Json<operations[Name]['responses'][Status]>;

export interface Page<Item> {
  items: Item[];
  next: string | undefined;
}
/** Of a private answer: the regions whose latest writes that this buyer has seen are not in it. */
export interface Stale {
  stale: string[];
}
/** With the tag that names it as it was seen, for ordering just that. */
export type Cart = AnswerTo<'getCart'> & Stale & { etag: string };

const bodyOf = <T>(answer: Answer): T => answer.body as T;
const pageOf = <T>(answer: Answer): Page<T> & Stale => ({
  items: bodyOf<{ items: T[] }>(answer).items,
  next: answer.next,
  stale: answer.stale,
});
const cartOf = (answer: Answer): Cart => ({
  ...bodyOf<AnswerTo<'getCart'>>(answer),
  etag: answer.etag ?? '',
  stale: answer.stale,
});

/** The flag is asked for anew when a region fails, or another one answers than it shows. */
const baseQuery: BaseQueryFn<Request, Answer, ApiError> = async (
  request,
  { dispatch, getState },
) => {
  const outcome = await send(request);
  if (request.path === '/truth') return outcome;
  const hasFailed = 'error' in outcome && isTransient(outcome.error);
  // A cacheable answer may name a region that gave it long ago.
  const answered = 'data' in outcome && request.isPrivate ? outcome.data.region : null;
  const shown = shownRegion(getState());
  if (hasFailed || (answered && shown && answered !== shown))
    dispatch(api.util.invalidateTags(['Region']));
  return outcome;
};

interface NewOrder {
  etag: string;
  idempotencyKey: string;
  details?: OrderDetails;
}

interface CartWrite {
  bookId: string;
  quantity: number;
}

export const api = createApi({
  reducerPath: 'api',
  baseQuery,
  refetchOnReconnect: true,
  tagTypes: ['Cart', 'Delivery', 'Orders', 'Region', 'Stock'],
  endpoints: (build) => ({
    truth: build.query<AnswerTo<'getTruth'>, undefined>({
      query: () => ({ path: '/truth' }),
      transformResponse: bodyOf<AnswerTo<'getTruth'>>,
      providesTags: ['Region'],
    }),
    categories: build.query<Category[], undefined>({
      query: () => ({ path: '/categories' }),
      transformResponse: (answer: Answer) => pageOf<Category>(answer).items,
    }),
    books: build.query<Page<Book>, BooksWanted>({
      query: ({ limit, ...query }) => ({
        path: '/books',
        query: { ...query, limit: limit?.toString() },
      }),
      transformResponse: pageOf<Book>,
    }),
    search: build.query<AnswerTo<'searchBooks'>, { q: string; limit?: number }>({
      query: ({ q, limit }) => ({ path: '/search', query: { q, limit: limit?.toString() } }),
      transformResponse: bodyOf<AnswerTo<'searchBooks'>>,
    }),
    book: build.query<BookDetail, string>({
      query: (id) => ({ path: '/books/{id}', id }),
      transformResponse: bodyOf<AnswerTo<'getBook'>>,
      providesTags: ['Stock'],
    }),
    bestSellers: build.query<Schemas['BestSeller'][], undefined>({
      query: () => ({ path: '/bestsellers' }),
      transformResponse: (answer: Answer) => pageOf<Schemas['BestSeller']>(answer).items,
      providesTags: ['Stock'],
    }),
    cart: build.query<Cart, undefined>({
      query: () => ({ path: '/cart', isPrivate: true }),
      transformResponse: cartOf,
      onQueryStarted: readCart,
      providesTags: ['Cart'],
    }),
    addToCart: build.mutation<Cart, CartWrite>({
      query: ({ bookId, quantity }) => ({
        path: '/cart/items',
        method: 'POST',
        body: { bookId, quantity } satisfies BodyOf<'addToCart'>,
        subject: bookId,
        isPrivate: true,
      }),
      transformResponse: cartOf,
      onQueryStarted: ({ bookId, quantity }, lifecycle) =>
        writeInCart(lifecycle, bookId, (before) => before + quantity),
      invalidatesTags: ['Cart'],
    }),
    setInCart: build.mutation<Cart, CartWrite>({
      query: ({ bookId, quantity }) => ({
        path: '/cart/items/{bookId}',
        id: bookId,
        ...(quantity === 0
          ? { method: 'DELETE' }
          : { method: 'PUT', body: { quantity } satisfies BodyOf<'setCartItem'> }),
        subject: bookId,
        isPrivate: true,
      }),
      transformResponse: cartOf,
      onQueryStarted: ({ bookId, quantity }, lifecycle) =>
        writeInCart(lifecycle, bookId, () => quantity),
      invalidatesTags: ['Cart'],
    }),
    delivery: build.query<DeliveryOption[], undefined>({
      // Its price is what the buyer pays: one that was refused as old must not be shown again.
      query: () => ({ path: '/delivery', isFresh: true }),
      transformResponse: (answer: Answer) => pageOf<DeliveryOption>(answer).items,
      providesTags: ['Delivery'],
    }),
    placeOrder: build.mutation<Order, NewOrder>({
      query: ({ etag, idempotencyKey, details = {} }) => ({
        path: '/orders',
        method: 'POST',
        body: details satisfies BodyOf<'placeOrder'>,
        ifMatch: etag,
        idempotencyKey,
        isPrivate: true,
      }),
      transformResponse: bodyOf<AnswerTo<'placeOrder', 201>>,
      invalidatesTags: ['Cart', 'Delivery', 'Orders', 'Stock'],
    }),
    orders: build.query<Page<Order> & Stale, { cursor?: string }>({
      query: ({ cursor }) => ({ path: '/orders', query: { cursor }, isPrivate: true }),
      transformResponse: pageOf<Order>,
      providesTags: ['Orders'],
    }),
    order: build.query<Order & Stale, string>({
      query: (id) => ({ path: '/orders/{id}', id, isPrivate: true }),
      transformResponse: (answer: Answer) => ({
        ...bodyOf<AnswerTo<'getOrder'>>(answer),
        stale: answer.stale,
      }),
      providesTags: ['Orders'],
    }),
  }),
});

type State = Parameters<ReturnType<typeof api.endpoints.truth.select>>[0];

function shownRegion(state: unknown): string | undefined {
  return api.endpoints.truth.select(undefined)(state as State).data?.region;
}

interface CartLifecycle {
  dispatch: Dispatch;
  getState: () => unknown;
  queryFulfilled: Promise<{ data: Cart }>;
}

/** One for each store. */
const wishesOf = new WeakMap<object, CartWishes>();

function cartWishes(dispatch: Dispatch): CartWishes {
  const wishes = wishesOf.get(dispatch) ?? new CartWishes();
  wishesOf.set(dispatch, wishes);
  return wishes;
}

/** Of a cart that was never read there is nothing to show. */
function showCart(dispatch: Dispatch, cart: Cart | undefined): void {
  if (!cart) return;
  const show = dispatch as ThunkDispatch<State, unknown, UnknownAction>;
  show(api.util.updateQueryData('cart', undefined, () => cart));
}

/** A book as a line of the cart, when it has been looked at. */
function lineOf(state: unknown, bookId: string): CartLine | undefined {
  const { data: book } = api.endpoints.book.select(bookId)(state as State);
  if (!book) return undefined;
  const { title, authors, category, price, availability } = book;
  const available = availability.reduce((sum, { quantity }) => sum + quantity, 0);
  return { bookId, title, authors, category, price, available, quantity: 0, total: price };
}

/**
 * Shows a quantity of which the write has to wait for another one's end. Call what it returns once
 * the write is under way, or is not wanted any more.
 */
export const wishInCart =
  (bookId: string, quantity: number) =>
  (dispatch: Dispatch, getState: () => unknown): (() => void) => {
    const wishes = cartWishes(dispatch);
    const { data } = api.endpoints.cart.select(undefined)(getState() as State);
    const [wish, wanted] = wishes.begin(data, bookId, () => quantity);
    showCart(dispatch, wanted);
    return () => {
      showCart(dispatch, wishes.failed(wish));
    };
  };

/** Shown at once as the buyer wants it; then as the shop answers, or as it was before. */
async function writeInCart(
  { dispatch, getState, queryFulfilled }: CartLifecycle,
  bookId: string,
  change: (quantity: number) => number,
): Promise<void> {
  const wishes = cartWishes(dispatch);
  const { data } = api.endpoints.cart.select(undefined)(getState() as State);
  const line = lineOf(getState(), bookId);
  const [wish, wanted] = wishes.begin(data, bookId, change, line);
  showCart(dispatch, wanted);
  try {
    // A write answers the whole cart: shown whatever becomes of asking for it again.
    showCart(dispatch, wishes.done(wish, (await queryFulfilled).data));
  } catch {
    // Whoever asked for it is told.
    showCart(dispatch, wishes.failed(wish));
  }
}

/** What is read while changes are under way, or were when it was asked for, may not have them. */
async function readCart(_: undefined, { dispatch, queryFulfilled }: CartLifecycle): Promise<void> {
  try {
    const reading = queryFulfilled.then(({ data }) => data);
    showCart(dispatch, await cartWishes(dispatch).whenRead(reading));
  } catch {
    // Whoever asked for it is told.
  }
}

export const {
  useTruthQuery,
  useCategoriesQuery,
  useBooksQuery,
  useBookQuery,
  useSearchQuery,
  useBestSellersQuery,
  useCartQuery,
  useAddToCartMutation,
  useSetInCartMutation,
  useDeliveryQuery,
  usePlaceOrderMutation,
  useOrdersQuery,
  useOrderQuery,
} = api;
