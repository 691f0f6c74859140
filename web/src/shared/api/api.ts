import { createApi, type BaseQueryFn } from '@reduxjs/toolkit/query/react';
import { isTransient, type ApiError } from './problem';
import { send, type Answer, type Request } from './request';
import type { components, operations } from './schema';

type Schemas = components['schemas'];
export type Book = Schemas['Book'];
export type BookDetail = Schemas['BookDetail'];
export type CartLine = Schemas['CartLine'];
export type Category = Schemas['Category'];
export type Money = Schemas['Money'];
export type Order = Schemas['Order'];

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

interface CartWrite {
  bookId: string;
  quantity: number;
}

export const api = createApi({
  reducerPath: 'api',
  baseQuery,
  tagTypes: ['Cart', 'Orders', 'Region', 'Stock'],
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
    books: build.query<Page<Book>, { category?: string; cursor?: string }>({
      query: ({ category, cursor }) => ({ path: '/books', query: { category, cursor } }),
      transformResponse: pageOf<Book>,
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
      onQueryStarted: (_, { dispatch, queryFulfilled }) =>
        whenWritten(queryFulfilled, (cart) =>
          dispatch(api.util.updateQueryData('cart', undefined, () => cart)),
        ),
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
      onQueryStarted: (_, { dispatch, queryFulfilled }) =>
        whenWritten(queryFulfilled, (cart) =>
          dispatch(api.util.updateQueryData('cart', undefined, () => cart)),
        ),
      invalidatesTags: ['Cart'],
    }),
    placeOrder: build.mutation<Order, { etag: string; idempotencyKey: string }>({
      query: ({ etag, idempotencyKey }) => ({
        path: '/orders',
        method: 'POST',
        body: {} satisfies BodyOf<'placeOrder'>,
        ifMatch: etag,
        idempotencyKey,
        isPrivate: true,
      }),
      transformResponse: bodyOf<AnswerTo<'placeOrder', 201>>,
      invalidatesTags: ['Cart', 'Orders', 'Stock'],
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

function shownRegion(state: unknown): string | undefined {
  const select = api.endpoints.truth.select(undefined);
  return select(state as Parameters<typeof select>[0]).data?.region;
}

/** A write answers the whole cart: shown at once, whatever becomes of asking for it again. */
async function whenWritten(
  written: Promise<{ data: Cart }>,
  show: (cart: Cart) => void,
): Promise<void> {
  try {
    show((await written).data);
  } catch {
    // Whoever asked for it is told.
  }
}

export const {
  useTruthQuery,
  useCategoriesQuery,
  useBooksQuery,
  useBookQuery,
  useBestSellersQuery,
  useCartQuery,
  useAddToCartMutation,
  useSetInCartMutation,
  usePlaceOrderMutation,
  useOrdersQuery,
  useOrderQuery,
} = api;
