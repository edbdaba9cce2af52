package inventory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** An inventory as a Java team would write it: one transaction per poll, then the answers, then the offsets. */
public final class Consumer {
  private static final Pattern ID = Pattern.compile("\"(?:order|cancellation|return|restock)Id\":\"(\\d+)\"");
  private static final Pattern ORDER = Pattern.compile("\"orderId\":\"(\\d+)\"");
  private static final Pattern QUANTITY = Pattern.compile("\"quantity\":(\\d+)");
  private static final List<String> TOPICS =
      List.of("warehouse-updates", "order-events", "cancellation-events", "return-events");

  private record Entry(String answer, String sku, int units, boolean reversed) {}

  private final Connection db;

  private Consumer(Connection db) {
    this.db = db;
  }

  public static void main(String[] args) throws Exception {
    String brokers = System.getenv("KAFKA_BROKERS");
    try (Connection db = DriverManager.getConnection(
            System.getenv("JDBC_URL"), System.getenv("DB_USER"), System.getenv("DB_PASSWORD"));
        KafkaProducer<String, String> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers, "acks", "all"), new StringSerializer(), new StringSerializer());
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers, "group.id", "java-inventory", "enable.auto.commit", "false",
                "auto.offset.reset", "earliest", "session.timeout.ms", "6000"),
            new StringDeserializer(), new StringDeserializer())) {
      db.setAutoCommit(false);
      Thread main = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, main)));
      new Consumer(db).run(consumer, producer);
    } catch (WakeupException stopping) {
      // SIGTERM: polled but uncommitted records are redelivered.
    }
  }

  private static void stop(KafkaConsumer<String, String> consumer, Thread main) {
    consumer.wakeup();
    try {
      main.join(5_000);
    } catch (InterruptedException late) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(KafkaConsumer<String, String> consumer, KafkaProducer<String, String> producer) throws Exception {
    consumer.subscribe(TOPICS);
    boolean ready = false;
    while (true) {
      List<ProducerRecord<String, String>> answers = new ArrayList<>();
      for (ConsumerRecord<String, String> event : consumer.poll(Duration.ofMillis(100))) {
        long id = number(ID, event.value());
        String answer = answer(id, event);
        answers.add(new ProducerRecord<>(
            "order-decisions", event.key(), "{\"op\":\"" + id + "\",\"answer\":\"" + answer + "\"}"));
      }
      db.commit();
      List<Future<?>> sent = new ArrayList<>();
      for (ProducerRecord<String, String> answer : answers) sent.add(producer.send(answer));
      for (Future<?> one : sent) one.get();
      consumer.commitSync();
      if (!ready && !consumer.assignment().isEmpty()) {
        ready = true;
        System.out.println("consuming");
      }
    }
  }

  private String answer(long id, ConsumerRecord<String, String> event) throws SQLException {
    String sku = event.key();
    int onHand = lock(sku);
    Entry before = entry(id);
    if (before != null) return before.answer();
    int quantity = (int) number(QUANTITY, event.value());
    switch (event.topic()) {
      case "warehouse-updates":
        return move(id, sku, "applied", quantity, 0);
      case "order-events":
        return quantity <= onHand ? move(id, sku, "confirmed", -quantity, quantity) : note(id, sku, "sold_out");
      default:
        boolean cancels = event.topic().equals("cancellation-events");
        return giveBack(id, sku, number(ORDER, event.value()), cancels);
    }
  }

  private String giveBack(long id, String sku, long orderId, boolean cancels) throws SQLException {
    Entry order = entry(orderId);
    if (order == null && cancels) {
      note(orderId, sku, "cancelled_first");
      return note(id, sku, "cancelled");
    }
    if (order == null || !order.answer().equals("confirmed") || order.reversed()) return note(id, sku, "refused");
    update("UPDATE journal SET reversed_by = ? WHERE event_id = ?", id, orderId);
    return move(id, sku, cancels ? "cancelled" : "credited", -order.units(), order.units());
  }

  private String move(long id, String sku, String answer, int units, int sold) throws SQLException {
    update("UPDATE inventory_item SET on_hand = on_hand + ?, sold = sold + ?, revision = revision + 1 WHERE sku = ?",
        units, sold, sku);
    update("INSERT INTO journal SELECT ?, sku, ?, ?, revision FROM inventory_item WHERE sku = ?", id, answer, units, sku);
    return answer;
  }

  private String note(long id, String sku, String answer) throws SQLException {
    update("INSERT INTO journal (event_id, sku, answer) VALUES (?, ?, ?)", id, sku, answer);
    return answer;
  }

  private int lock(String sku) throws SQLException {
    try (ResultSet row = select("SELECT on_hand FROM inventory_item WHERE sku = ? FOR UPDATE", sku)) {
      if (!row.next()) throw new SQLException("no such product: " + sku);
      return row.getInt(1);
    }
  }

  private Entry entry(long id) throws SQLException {
    String sql = "SELECT answer, sku, units, reversed_by IS NOT NULL FROM journal WHERE event_id = ?";
    try (ResultSet row = select(sql, id)) {
      return row.next() ? new Entry(row.getString(1), row.getString(2), row.getInt(3), row.getBoolean(4)) : null;
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      statement.executeUpdate();
    }
  }

  private ResultSet select(String sql, Object... values) throws SQLException {
    PreparedStatement statement = prepare(sql, values);
    statement.closeOnCompletion();
    return statement.executeQuery();
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = db.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
    return statement;
  }

  private static long number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) throw new IllegalArgumentException("no " + pattern + " in " + text);
    return Long.parseLong(found.group(1));
  }
}
