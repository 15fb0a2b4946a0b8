// SPDX-License-Identifier: Apache-2.0
// Hands the statements of a transaction to its session.
#include "db/transaction.hpp"

#include "db/session.hpp"

namespace ourea::db {

std::size_t Transaction::exec_values(std::string_view sql, std::vector<Value> values) {
    return session_.exec(sql, std::move(values));
}

Table Transaction::select_values(std::string_view sql, std::vector<Value> values) {
    return session_.select(sql, std::move(values));
}

}  // namespace ourea::db
