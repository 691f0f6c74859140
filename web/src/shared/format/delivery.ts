import { useTranslation } from 'react-i18next';

/** What people call a way of sending; one that the shop has no words for goes by its own name. */
export function useDeliveryName(): (method: string) => string {
  const { t } = useTranslation();
  return (method) => t(`delivery.${method}`, { defaultValue: method });
}
