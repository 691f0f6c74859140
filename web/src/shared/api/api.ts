import { createApi, type BaseQueryFn } from '@reduxjs/toolkit/query/react';
import type { ApiError } from './problem';
import { send, type Answer, type Request } from './request';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Book = Schemas['Book'];
export type BookDetail = Schemas['BookDetail'];
export type Cart = Schemas['Cart'];
export type CartLine = Schemas['CartLine'];
export type Category = Schemas['Category'];
export type Money = Schemas['Money'];
export type NewOrderLine = Schemas['NewOrderLine'];
export type Order = Schemas['Order'];

export interface Page<Item> {
  items: Item[];
  next: string | undefined;
}

const baseQuery: BaseQueryFn<Request, Answer, ApiError> = async (request) => send(request);

const bodyOf = <T>(answer: Answer): T => answer.body as T;
const pageOf = <T>(answer: Answer): Page<T> => ({
  items: bodyOf<{ items: T[] }>(answer).items,
  next: answer.next,
});
const query = (parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).filter((entry) => entry[1] !== undefined);
  return given.length === 0 ? '' : '?' + new URLSearchParams(given as [string, string][]).toString();
};

interface CartWrite {
  bookId: string;
  quantity: number;
  idempotencyKey: string;
}

export const api = createApi({
  reducerPath: 'api',
  baseQuery,
  tagTypes: ['Cart', 'Orders', 'Stock'],
  endpoints: (build) => ({
    truth: build.query<Schemas['Truth'], undefined>({
      query: () => ({ path: '/truth' }),
      transformResponse: bodyOf<Schemas['Truth']>,
    }),
    categories: build.query<Category[], undefined>({
      query: () => ({ path: '/categories' }),
      transformResponse: (answer: Answer) => pageOf<Category>(answer).items,
    }),
    books: build.query<Page<Book>, { category?: string; cursor?: string; limit?: number }>({
      query: ({ category, cursor, limit }) => ({
        path: '/books' + query({ category, cursor, limit: limit?.toString() }),
      }),
      transformResponse: pageOf<Book>,
    }),
    book: build.query<BookDetail, string>({
      query: (id) => ({ path: '/books/' + encodeURIComponent(id) }),
      transformResponse: bodyOf<BookDetail>,
      providesTags: ['Stock'],
    }),
    bestSellers: build.query<Schemas['BestSeller'][], undefined>({
      query: () => ({ path: '/bestsellers' }),
      transformResponse: (answer: Answer) => pageOf<Schemas['BestSeller']>(answer).items,
      providesTags: ['Stock'],
    }),
    cart: build.query<Cart, undefined>({
      query: () => ({ path: '/cart', isPrivate: true }),
      transformResponse: bodyOf<Cart>,
      providesTags: ['Cart'],
    }),
    addToCart: build.mutation<Cart, CartWrite>({
      query: ({ bookId, quantity, idempotencyKey }) => ({
        path: '/cart/items',
        method: 'POST',
        body: { bookId, quantity },
        idempotencyKey,
        isPrivate: true,
      }),
      transformResponse: bodyOf<Cart>,
      invalidatesTags: ['Cart'],
    }),
    setInCart: build.mutation<Cart, CartWrite>({
      query: ({ bookId, quantity, idempotencyKey }) => ({
        path: '/cart/items/' + encodeURIComponent(bookId),
        method: quantity === 0 ? 'DELETE' : 'PUT',
        ...(quantity === 0 ? {} : { body: { quantity } }),
        idempotencyKey,
        isPrivate: true,
      }),
      transformResponse: bodyOf<Cart>,
      invalidatesTags: ['Cart'],
    }),
    placeOrder: build.mutation<Order, { lines: NewOrderLine[]; idempotencyKey: string }>({
      query: ({ lines, idempotencyKey }) => ({
        path: '/orders',
        method: 'POST',
        body: { lines },
        idempotencyKey,
        isPrivate: true,
      }),
      transformResponse: bodyOf<Order>,
      invalidatesTags: ['Cart', 'Orders', 'Stock'],
    }),
    orders: build.query<Page<Order>, { cursor?: string }>({
      query: ({ cursor }) => ({ path: '/orders' + query({ cursor }), isPrivate: true }),
      transformResponse: pageOf<Order>,
      providesTags: ['Orders'],
    }),
    order: build.query<Order, string>({
      query: (id) => ({ path: '/orders/' + encodeURIComponent(id), isPrivate: true }),
      transformResponse: bodyOf<Order>,
      providesTags: ['Orders'],
    }),
  }),
});

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
