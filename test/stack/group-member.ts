/** Joins the group `killed-member`, reports that on standard output and stays: a worker to be killed. */
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ brokers: process.argv.slice(2), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: 'killed-member', sessionTimeout: 60_000, rebalanceTimeout: 60_000 });
consumer.on('consumer.group_join', () => process.stdout.write('joined\n'));
await consumer.connect();
await consumer.subscribe({ topic: 'orders', fromBeginning: true });
await consumer.run({ eachBatch: () => Promise.resolve() });
