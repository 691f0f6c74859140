#pragma once
// The shop's rules and views over a region's store, wired as perpetuad and the simulator run them.

#include "domain/cart.h"
#include "domain/catalogue.h"
#include "domain/orders.h"
#include "domain/reconciler.h"
#include "domain/stock.h"
#include "views/best_sellers_view.h"
#include "views/catalogue_view.h"
#include "views/view.h"

namespace perpetua::server {

/// The ports outlive it. Runs from its construction on: it answers the other regions' questions,
/// reconciles and feeds the views, until stop().
struct Rules {
  Rules(const domain::Context& ports, std::vector<domain::DeliveryOption> delivery,
        domain::Reconciler::Report report)
      : context(ports),
        clock(ports.clock),
        grants(context),
        catalogue(context, clock),
        carts(context),
        orders(context, clock, grants, std::move(delivery)),
        stock(context, grants),
        reconciler(context, std::move(report)),
        feeder(ports.store, ports.timers, {&shelves, &best_sellers}) {
    ports.peers.set_answerer([this](Writer asker, std::string question) {
      return grants.answer(std::move(asker), std::move(question));
    });
    feeder.start();
    reconciler.start();
  }

  void stop() {
    grants.stop();
    reconciler.stop();
    feeder.stop();
  }

  domain::Context context;
  domain::HybridClock clock;
  domain::GrantDesk grants;
  domain::Catalogue catalogue;
  domain::CartService carts;
  domain::OrderService orders;
  domain::StockService stock;
  domain::Reconciler reconciler;
  views::CatalogueView shelves;
  views::BestSellersView best_sellers;
  views::Feeder feeder;
};

}  // namespace perpetua::server
